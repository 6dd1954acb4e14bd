using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LoopRig.Native.Tests.OpenCv;

/// <summary>Serves one file over HTTP, with ranges, as a camera's or a laboratory's server would; a connection and a thread for each answer.</summary>
internal sealed class HttpFile : IDisposable
{
    private readonly byte[] _bytes;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    internal HttpFile(string path)
    {
        _bytes = File.ReadAllBytes(path);
        _listener.Start();
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{Path.GetFileName(path)}");
        new Thread(Accept) { IsBackground = true }.Start();
    }

    internal string Url { get; }

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = _listener.AcceptTcpClient();
                new Thread(() => Answer(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed: the test is over.
        }
    }

    private void Answer(TcpClient client)
    {
        try
        {
            using NetworkStream stream = client.GetStream();
            using StreamReader reader = new(stream, Encoding.ASCII);
            int from = 0;
            bool partial = false;
            while (reader.ReadLine() is { Length: > 0 } line)
            {
                if (!line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase)) continue;
                from = int.Parse(line["Range: bytes=".Length..line.IndexOf('-', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
                partial = true;
            }

            string status = partial ? string.Create(CultureInfo.InvariantCulture, $"206 Partial Content\r\nContent-Range: bytes {from}-{_bytes.Length - 1}/{_bytes.Length}") : "200 OK";
            string head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nAccept-Ranges: bytes\r\nContent-Length: {_bytes.Length - from}\r\nConnection: close\r\n\r\n");
            stream.Write(Encoding.ASCII.GetBytes(head));
            stream.Write(_bytes.AsSpan(from));
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
        {
            // The reader went elsewhere in the file, over another connection.
        }
        finally
        {
            client.Dispose();
        }
    }
}
