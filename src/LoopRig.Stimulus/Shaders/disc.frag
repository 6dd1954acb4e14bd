layout(location = 3) uniform vec4 form; // radius, contrast

void main() {
    float inside = form.x - length(degreesAbout(ahead.xyz, right.xyz, up.xyz));
    float cover = clamp(inside / max(fwidth(inside), 1e-6) + 0.5, 0.0, 1.0);
    pixel = vec4(contrasted(form.y * cover), 0.0, 0.0, 1.0);
}
