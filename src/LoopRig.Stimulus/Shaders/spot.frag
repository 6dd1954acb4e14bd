layout(location = 3) uniform vec4 form; // standard deviation, contrast

void main() {
    vec2 here = degreesAbout(ahead.xyz, right.xyz, up.xyz);
    pixel = vec4(contrasted(form.y * exp(-dot(here, here) / (2.0 * form.x * form.x))), 0.0, 0.0, 1.0);
}
