noperspective in vec2 place;
out vec4 pixel;

layout(binding = 1) uniform sampler2D canvas;

// The window counts its rows from below, the canvas from above.
void main() { pixel = vec4(texture(canvas, vec2(place.x, -place.y / centre.w) * 0.5 + 0.5).rrr, 1.0); }
