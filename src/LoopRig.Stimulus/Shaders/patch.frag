noperspective in vec2 place;
out vec4 pixel;

// Columns of white and black in turn: half the light of white whatever the screen's gamma.
void main() { pixel = vec4((int(gl_FragCoord.x) & 1) == 0 ? 1.0 : 0.0); }
