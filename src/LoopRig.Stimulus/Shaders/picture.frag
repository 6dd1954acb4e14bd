layout(binding = 1) uniform sampler2D picture;
layout(location = 3) uniform vec4 form; // width and height in degrees; 0: it fills the screen

void main() {
    vec2 at = form.x > 0.0
        ? degreesAbout(ahead.xyz, right.xyz, up.xyz) * vec2(1.0, -1.0) / form.xy + 0.5
        : vec2(place.x, place.y / centre.w) * 0.5 + 0.5;
    bool inside = all(greaterThanEqual(at, vec2(0.0))) && all(lessThanEqual(at, vec2(1.0)));
    float value = inside ? texture(picture, at).r : GRAY;
    pixel = vec4(shown(mix(GRAY, value, aperture())), 0.0, 0.0, 1.0);
}
