layout(binding = 1) uniform sampler2D picture;
#ifdef PLACED
layout(location = 3) uniform vec4 form; // width and height in degrees
#endif

void main() {
#ifdef PLACED
    vec2 at = degreesAbout(ahead.xyz, right.xyz, up.xyz) * vec2(1.0, -1.0) / form.xy + 0.5;
    bool inside = all(greaterThanEqual(at, vec2(0.0))) && all(lessThanEqual(at, vec2(1.0)));
    float value = inside ? texture(picture, at).r : GRAY;
#else
    float value = texture(picture, vec2(place.x, place.y / centre.w) * 0.5 + 0.5).r;
#endif
#ifdef APERTURE
    value = mix(GRAY, value, aperture());
#endif
    pixel = vec4(shown(value), 0.0, 0.0, 1.0);
}
