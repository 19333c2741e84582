using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TestKit;

/// <summary>Ports for servers that cannot choose one themselves.</summary>
internal static class FreePort
{
    /// <summary>A port on loopback that nobody listens on, with free ones above it.</summary>
    /// <param name="run">How many in a row, at least 1.</param>
    public static string Find(int run = 1)
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            using TcpListener first = Listen(0)!;
            int port = ((IPEndPoint)first.LocalEndpoint).Port;
            TcpListener?[] others = [.. Enumerable.Range(port + 1, run - 1).Select(Listen)];
            bool all = others.All(listener => listener is not null);
            foreach (TcpListener? listener in others)
                listener?.Dispose();
            if (all)
                return port.ToString(CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException($"There are no {run} free ports in a row on 127.0.0.1.");
    }

    private static TcpListener? Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }
}
