noperspective in vec2 place;
out vec4 pixel;

layout(binding = 1) uniform sampler2D canvas;
layout(location = 3) uniform vec4 form; // columns and rows of the small picture

// The mean of the canvas's pixels that a small one covers; of large ones every so many, 16 x 16 at most.
void main() {
    vec2 block = pixels.xy / form.xy;
    ivec2 from = ivec2(floor(gl_FragCoord.xy) * block), to = ivec2(min(ceil((floor(gl_FragCoord.xy) + 1.0) * block), pixels.xy));
    ivec2 step = max(ivec2(1), (to - from) / 16);
    float sum = 0.0, count = 0.0;
    for (int y = from.y; y < to.y; y += step.y) {
        for (int x = from.x; x < to.x; x += step.x) {
            sum += texelFetch(canvas, ivec2(x, y), 0).r;
            count += 1.0;
        }
    }
    pixel = vec4(floor(sum / count * 255.0 + 0.5) / 255.0, 0.0, 0.0, 1.0);
}
