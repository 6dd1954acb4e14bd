noperspective in vec2 place;
out vec4 pixel;

layout(binding = 7) uniform sampler2D luminanceTable;

// The pixel value of what is asked for, in whole steps of 1/255: rounded here and not by the driver, so that gray is 128 everywhere.
float shown(float value) {
    value = clamp(value, 0.0, 1.0);
#ifdef LINEARISED
    value = texture(luminanceTable, vec2((value * (pixels.z - 1.0) + 0.5) / pixels.z, 0.5)).r;
#endif
    return floor(value * 255.0 + 0.5) / 255.0;
}

float contrasted(float contrast) { return shown(GRAY * (1.0 + contrast)); }

// atan(x) / x by x squared, for x in [0, 1]: Abramowitz and Stegun 4.4.49, within 2e-8. Drivers' own are coarser, and differ.
float arcTangentRatio(float x2) {
    return 1.0 + x2 * (-0.3333314528 + x2 * (0.1999355085 + x2 * (-0.1420889944 + x2 * (0.1065626393
        + x2 * (-0.0752896400 + x2 * (0.0429096138 + x2 * (-0.0161657367 + x2 * 0.0028662257)))))));
}

vec3 rayHere() { return normalize(centre.xyz + place.x * axisX.xyz + place.y * axisY.xyz); }

// Degrees to the right and upwards of a direction, on the azimuthal equidistant map about it; flat: of a place on the screen, ahead.xy in degrees.
vec2 degreesAbout(vec3 ahead, vec3 right, vec3 up) {
#ifdef FLAT
    return vec2(place.x, -place.y) * axisX.w - ahead.xy;
#else
    vec3 ray = rayHere();
    vec2 offset = vec2(dot(ray, right), dot(ray, up));
    // The angle is four times that whose tangent is its sine over this: of a quarter of it the arc tangent is needed in [0, 1] only.
    float nearness = max(1.0 + dot(ray, ahead), 1e-6);
    float over = nearness * (1.0 + sqrt(2.0 / nearness));
    return offset * (degrees(4.0) * arcTangentRatio(dot(offset, offset) / (over * over)) / over);
#endif
}

#ifdef APERTURE
layout(location = 8) uniform vec4 apertureAhead; // w: radius, degrees
layout(location = 9) uniform vec4 apertureRight; // w: width of the edge, degrees
layout(location = 10) uniform vec4 apertureUp;

// How much of the picture is seen here.
float aperture() {
    float distance = length(degreesAbout(apertureAhead.xyz, apertureRight.xyz, apertureUp.xyz)) - apertureAhead.w;
    if (apertureRight.w <= 0.0) return distance <= 0.0 ? 1.0 : 0.0;
    return 0.5 + 0.5 * cos(PI * clamp(distance / apertureRight.w + 0.5, 0.0, 1.0));
}
#else
float aperture() { return 1.0; }
#endif

layout(location = 0) uniform vec4 ahead; // of the stimulus's centre
layout(location = 1) uniform vec4 right;
layout(location = 2) uniform vec4 up;
