flat in vec3 dotAhead;
flat in float contrast;
layout(location = 3) uniform vec4 form;

void main() {
#ifdef FLAT
    float inside = form.x - distance(vec2(place.x, -place.y) * axisX.w, dotAhead.xy);
#else
    // The chord between the directions in place of the angle, which cuts the same circle.
    float inside = 2.0 * sin(radians(form.x) * 0.5) - distance(rayHere(), dotAhead);
#endif
    float cover = clamp(inside / max(fwidth(inside), 1e-9) + 0.5, 0.0, 1.0);
    pixel = vec4(contrasted(contrast), 0.0, 0.0, cover);
}
