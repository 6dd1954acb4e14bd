using System.Text;
using LoopRig.Core;

namespace LoopRig.Native.Gl;

/// <summary>A vertex and a fragment shader. Uniforms are set by the location that the shader declares.</summary>
public sealed unsafe class GlProgram : IDisposable
{
    private const uint VertexShader = 0x8B31, FragmentShader = 0x8B30, CompileStatus = 0x8B81, LinkStatus = 0x8B82;

    private readonly GlFunctions _gl;
    private readonly uint _program;

    /// <summary>Compiles and links.</summary>
    /// <exception cref="LoopRigException">The driver refuses a shader; the message is its own.</exception>
    public GlProgram(GlContext context, string name, string vertex, string fragment)
    {
        _gl = context.Functions;
        uint first = Compile(name, VertexShader, vertex), second = Compile(name, FragmentShader, fragment);
        _program = _gl.CreateProgram();
        _gl.AttachShader(_program, first);
        _gl.AttachShader(_program, second);
        _gl.LinkProgram(_program);
        _gl.DeleteShader(first);
        _gl.DeleteShader(second);
        int linked;
        _gl.GetProgramiv(_program, LinkStatus, &linked);
        if (linked != 0) return;
        byte* log = stackalloc byte[4096];
        int length;
        _gl.GetProgramInfoLog(_program, 4096, &length, log);
        throw new LoopRigException($"shader {name}: {Encoding.UTF8.GetString(log, length)}");
    }

    /// <summary>Draws with it from here on.</summary>
    public void Use() => _gl.UseProgram(_program);

    /// <summary>Sets a whole number of the program that is in use.</summary>
    public void Set(int location, int value) => _gl.Uniform1i(location, value);

    /// <summary>Sets four numbers of the program that is in use.</summary>
    public void Set(int location, double x, double y = 0, double z = 0, double w = 0) => _gl.Uniform4f(location, (float)x, (float)y, (float)z, (float)w);

    /// <summary>Deletes it.</summary>
    public void Dispose() => _gl.DeleteProgram(_program);

    private uint Compile(string name, uint kind, string source)
    {
        uint shader = _gl.CreateShader(kind);
        byte[] text = Encoding.UTF8.GetBytes(source);
        fixed (byte* at = text)
        {
            byte* start = at;
            int bytes = text.Length;
            _gl.ShaderSource(shader, 1, &start, &bytes);
        }

        _gl.CompileShader(shader);
        int compiled;
        _gl.GetShaderiv(shader, CompileStatus, &compiled);
        if (compiled != 0) return shader;
        byte* log = stackalloc byte[4096];
        int length;
        _gl.GetShaderInfoLog(shader, 4096, &length, log);
        throw new LoopRigException($"shader {name}: {Encoding.UTF8.GetString(log, length)}");
    }
}
