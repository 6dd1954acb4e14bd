using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LoopRig.Native.Tests.OpenCv;

/// <summary>Serves one file over HTTP, with ranges, as a camera's or a laboratory's server would.</summary>
internal sealed class HttpFile : IDisposable
{
    private readonly byte[] _bytes;
    private readonly HttpListener _listener = new();
    private readonly Thread _thread;

    internal HttpFile(string path)
    {
        _bytes = File.ReadAllBytes(path);
        int port;
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/{Path.GetFileName(path)}");
        _listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        _listener.Start();
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    internal string Url { get; }

    public void Dispose()
    {
        _listener.Close();
        _thread.Join();
    }

    private void Serve()
    {
        while (true)
        {
            try
            {
                Answer(_listener.GetContext());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
            {
                if (!_listener.IsListening) return; // else a reader that had enough
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        long from = 0;
        if (context.Request.Headers["Range"] is { } range)
        {
            from = long.Parse(range["bytes=".Length..range.IndexOf('-', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
            context.Response.Headers["Content-Range"] = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{_bytes.Length - 1}/{_bytes.Length}");
        }

        context.Response.Headers["Accept-Ranges"] = "bytes";
        context.Response.ContentLength64 = _bytes.Length - from;
        context.Response.OutputStream.Write(_bytes.AsSpan((int)from));
        context.Response.Close();
    }
}
