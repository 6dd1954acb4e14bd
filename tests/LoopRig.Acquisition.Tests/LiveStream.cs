using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LoopRig.Acquisition.Tests;

/// <summary>A camera on the network: sends grey pictures of 16 by 16 over TCP, as YUV4MPEG2 (header and frames as mjpegtools' yuv4mpeg(5) has them), to whoever connects, as often as told.</summary>
internal sealed class LiveStream : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    internal LiveStream(int frames, bool staysOpen, int connections = 1)
    {
        _listener.Start();
        Url = string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        new Thread(() =>
        {
            for (int i = 0; i < connections; i++) Serve(frames, staysOpen);
        })
        { IsBackground = true }.Start();
    }

    internal string Url { get; }

    public void Dispose() => _listener.Dispose();

    private void Serve(int frames, bool staysOpen)
    {
        try
        {
            using TcpClient client = _listener.AcceptTcpClient();
            using NetworkStream stream = client.GetStream();
            stream.Write("YUV4MPEG2 W16 H16 F25:1 Ip A1:1 C420jpeg\n"u8);
            byte[] picture = new byte[16 * 16 * 3 / 2];
            for (int i = 0; i < frames; i++)
            {
                picture.AsSpan().Fill((byte)(100 + (i % 100)));
                stream.Write("FRAME\n"u8);
                stream.Write(picture);
            }

            if (staysOpen) _ = stream.ReadByte(); // until the reader goes
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The reader has gone, or the test is over.
        }
    }
}
