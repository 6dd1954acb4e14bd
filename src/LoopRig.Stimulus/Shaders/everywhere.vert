noperspective out vec2 place; // on the screen: u in [-1, 1] to the right, v downwards

void main() {
    // One triangle over everything; the first row of the canvas is the picture's upper one.
    vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
    gl_Position = vec4(corner, 0.0, 1.0);
    place = corner * vec2(1.0, centre.w);
}
