using System.Globalization;
using Microsoft.Extensions.Logging;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>Tells at the start what the lag chooses among; or why it does not, and what is not heeded then.</summary>
internal static class LadderLines
{
    /// <param name="logger">Where it is told.</param>
    /// <param name="model">What labels.</param>
    /// <param name="control">How the lag chooses.</param>
    /// <param name="manifest">The bundle's.</param>
    /// <param name="capacities">Documents/s, one for each mode of the ladder; not looked at where there is none.</param>
    public static void Tell(
        ILogger logger, ModelOptions model, ControlOptions control, Manifest manifest, IReadOnlyList<double> capacities)
    {
        if (model.Auto is not { } auto)
        {
            if (model.IsAuto && (manifest.StudentCount > 0 || manifest.HasSwift)) Log.NothingToChoose(logger, model.ServedMode.Name);
            if (control.FloorHeader.Length > 0 && model.ServedMode.Kind != ModeKind.Teacher)
                Log.FloorHeaderNotHeeded(logger, control.FloorHeader, model.ServedMode.Name);
            return;
        }

        IReadOnlyList<Rung> rungs = auto.Ladder.Rungs;
        if (rungs.Count == 1)
        {
            Log.OnlyRung(logger, rungs[0].Mode.Name, Listed(auto.LeftOut));
            return;
        }

        Log.Ladder(logger, Listed(rungs.Select((rung, i) => string.Create(CultureInfo.InvariantCulture,
            $"{rung.Mode.Name} {rung.Accuracy:0.0000} at {capacities[i]:0}/s"))), Listed(auto.LeftOut),
            Listed(auto.Ladder.Dominated(capacities).Select(pair =>
                $"{rungs[pair.Rung].Mode.Name} (no faster and no more accurate than {rungs[pair.By].Mode.Name})")),
            control.DrainTarget, control.Hold);
    }

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("none"));
}
