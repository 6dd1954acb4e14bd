#version 450 core
// What every shader knows: the monitor. Lengths are half widths of the screen; x to the right, y downwards, z ahead. Defined may be: FLAT, where degrees are the
// screen centre's and not the eye's; LINEARISED, where values are shares of luminance and pass through the screen's inverse; APERTURE and what a shader names.
layout(std140, binding = 0) uniform Monitor {
    vec4 centre; // of the screen; w: height over width
    vec4 axisX;  // w: degrees of a half width at the screen's centre
    vec4 axisY;
    vec4 axisZ;
    vec4 pixels; // columns, rows, entries of the table
};

const float GRAY = 128.0 / 255.0;
const float PI = 3.14159265358979;
