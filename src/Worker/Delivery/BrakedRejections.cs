using Sluice.Worker.Documents;

namespace Sluice.Worker.Delivery;

/// <summary>The way of dead-letter records past the brake, whichever way they are delivered. Thread-safe.</summary>
/// <param name="brake">Holds them back until the first label.</param>
/// <param name="log">Is told of each that is sent.</param>
internal sealed class BrakedRejections(RejectionBrake brake, RejectionLog log)
{
    /// <summary>Sends the dead-letter record of a document that was just rejected, or holds it back.</summary>
    /// <param name="rejected">The dead-letter record.</param>
    /// <param name="send">Sends one.</param>
    public void Send(Shipment rejected, Action<Shipment> send)
    {
        if (!brake.TryHold(rejected)) SendTold(rejected, send);
    }

    /// <summary>Sends what was held back when its time has come, until the brake is over or the steps stop.</summary>
    /// <param name="send">Sends one.</param>
    /// <param name="stop">The steps must stop where they are.</param>
    public Task RunHeldAsync(Action<Shipment> send, CancellationToken stop) => brake.RunAsync(held => SendTold(held, send), stop);

    /// <summary>Tells of one that goes past the brake.</summary>
    public void Tell(Shipment rejected) => log.Add(rejected.Envelope.Source, rejected.Why!);

    private void SendTold(Shipment rejected, Action<Shipment> send)
    {
        Tell(rejected);
        send(rejected);
    }
}
