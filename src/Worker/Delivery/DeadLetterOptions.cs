using System.ComponentModel.DataAnnotations;
using Sluice.Worker.Documents;

namespace Sluice.Worker.Delivery;

/// <summary>When the worker stops rather than reject nearly everything, and what dead-letter records say. Section <c>Sluice:DeadLetter</c>.
/// </summary>
internal sealed record DeadLetterOptions
{
    public const string Section = "Sluice:DeadLetter";

    /// <summary>The fewest documents that are judged by: with less room in flight than twice as many there is no brake.</summary>
    public const int LeastWindow = 10;

    /// <summary>Whether the worker stops (exit code 4) when, before the first label, nearly all documents are rejected for one reason;
    /// until that label rejected documents are held back.</summary>
    /// <value>Default true. Set it to false where the documents themselves are at fault: they become dead-letter records then.</value>
    public bool Brake { get; init; } = true;

    /// <summary>Of how many documents it is judged, and how many rejected ones are held back at most.</summary>
    /// <value>10 to 10,000, and never more than half of <c>Pipeline:MaxDocumentsInFlight</c>. Default 200.</value>
    [Range(LeastWindow, 10_000)]
    public int BrakeWindow { get; init; } = 200;

    /// <summary>More than this share of them, rejected for one reason, stop the worker.</summary>
    /// <value>0.5 to 1, where 1 is all of them. Default 0.9.</value>
    [Range(0.5, 1.0)]
    public double BrakeShare { get; init; } = 0.9;

    /// <summary>Whose headers dead-letter records have behind the worker's own, for tools that know those.</summary>
    /// <value><c>Sluice</c> (none more), <c>Spring</c> or <c>Connect</c>. Default <c>Sluice</c>.</value>
    public DeadLetterStyle Headers { get; init; }

    /// <summary>The window that fits into what may be in flight: held documents have their room there, and must not stop reading.</summary>
    /// <param name="mostInFlight">Documents that may be in flight at once.</param>
    /// <returns>0 where there is no brake.</returns>
    internal int WindowOf(int mostInFlight)
    {
        int fits = int.Min(BrakeWindow, mostInFlight / 2);
        return Brake && fits >= LeastWindow ? fits : 0;
    }
}
