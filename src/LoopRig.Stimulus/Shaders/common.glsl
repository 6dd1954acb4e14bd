#version 450 core
// What every shader knows: the monitor, and how degrees lie on it. Lengths are half widths of the screen; x to the right, y downwards, z ahead.
layout(std140, binding = 0) uniform Monitor {
    vec4 centre; // of the screen; w: height over width
    vec4 axisX;  // w: degrees of a half width at the screen's centre
    vec4 axisY;  // w: 1 where degrees are the eye's (spherical), 0 where they are the screen centre's (flat)
    vec4 axisZ;  // w: 1 where values are shares of luminance and pass through the screen's inverse
    vec4 pixels; // columns, rows, entries of the table
};

const float GRAY = 128.0 / 255.0;
const float PI = 3.14159265358979;
