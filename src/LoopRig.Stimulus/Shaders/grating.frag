layout(location = 3) uniform vec4 form;   // standard deviation of the envelope, 1 for square waves
layout(location = 4) uniform vec4 first;  // cycles a degree to the right and upwards, phase in cycles, contrast
#ifdef PLAID
layout(location = 5) uniform vec4 second;
#endif

float wave(vec4 component, vec2 here) {
    float value = cos(2.0 * PI * (dot(here, component.xy) - component.z));
    if (form.y != 0.0) value = value < 0.0 ? -1.0 : 1.0;
    return component.w * value;
}

void main() {
    vec2 here = degreesAbout(ahead.xyz, right.xyz, up.xyz);
    float contrast = wave(first, here);
#ifdef PLAID
    contrast += wave(second, here);
#endif
#ifdef GABOR
    contrast *= exp(-dot(here, here) / (2.0 * form.x * form.x));
#endif
    pixel = vec4(contrasted(contrast * aperture()), 0.0, 0.0, 1.0);
}
