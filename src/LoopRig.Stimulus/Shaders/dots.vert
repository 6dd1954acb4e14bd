struct Dot { float x, y, contrast, reserved; };
layout(std430, binding = 1) readonly buffer Dots { Dot dots[]; };

layout(location = 0) uniform vec4 ahead;
layout(location = 1) uniform vec4 right;
layout(location = 2) uniform vec4 up;
layout(location = 3) uniform vec4 form; // radius, degrees

noperspective out vec2 place;
flat out vec3 dotAhead; // of flat geometry: its place in degrees
flat out float contrast;

void main() {
    Dot self = dots[gl_InstanceID];
    vec2 corner = vec2((gl_VertexID & 1) * 2 - 1, (gl_VertexID & 2) - 1);
    vec2 offset = vec2(self.x, self.y);
    contrast = self.contrast;
    float margin = 4.0 / pixels.x;
    vec2 middle;
    float reach;
#ifdef FLAT
    dotAhead = vec3(ahead.xy + offset, 0.0);
    middle = vec2(dotAhead.x, -dotAhead.y) / axisX.w;
    reach = form.x / axisX.w + margin;
#else
    float distance = radians(length(offset));
    vec2 towards = distance > 0.0 ? normalize(offset) : vec2(0.0);
    dotAhead = cos(distance) * ahead.xyz + sin(distance) * (towards.x * right.xyz + towards.y * up.xyz);
    float cosine = dot(axisZ.xyz, dotAhead), depth = dot(axisZ.xyz, centre.xyz);
    float slant = acos(clamp(cosine, -1.0, 1.0)), radius = radians(form.x);
    if (slant + radius > 1.5) { // grazes the screen's plane, or lies behind it: nothing to draw
        gl_Position = vec4(2.0, 2.0, 0.0, 1.0);
        place = vec2(0.0);
        return;
    }
    vec3 point = dotAhead * (depth / cosine) - centre.xyz;
    middle = vec2(dot(point, axisX.xyz), dot(point, axisY.xyz));
    reach = depth * (tan(slant + radius) - tan(slant)) * 1.05 + margin; // farthest on the side away from the eye's foot
#endif
    place = middle + corner * reach;
    gl_Position = vec4(place.x, place.y / centre.w, 0.0, 1.0);
}
