using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LoopRig.Acquisition.Tests.Video;

/// <summary>A camera that speaks plain HTTP: an endless answer of JPEG pictures (multipart/x-mixed-replace), without a length and without times.</summary>
internal sealed class MjpegServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _picture = JpegPicture.Of(64, 48);
    private readonly int _frames;

    internal MjpegServer(int frames)
    {
        _frames = frames;
        _listener.Start();
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/video");
        new Thread(Serve) { IsBackground = true }.Start();
    }

    internal string Url { get; }

    public void Dispose() => _listener.Dispose();

    private void Serve()
    {
        try
        {
            while (true) Answer();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private void Answer()
    {
        using TcpClient client = _listener.AcceptTcpClient();
        try
        {
            using NetworkStream stream = client.GetStream();
            using StreamReader reader = new(stream, Encoding.ASCII);
            while (reader.ReadLine() is { Length: > 0 })
            {
            }

            stream.Write("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\nConnection: close\r\n\r\n"u8);
            for (int i = 0; i < _frames; i++)
            {
                stream.Write(Encoding.ASCII.GetBytes($"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {_picture.Length}\r\n\r\n"));
                stream.Write(_picture);
                stream.Write("\r\n"u8);
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // The reader has gone.
        }
    }
}
