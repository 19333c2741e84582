using Sluice.Cli.Demo.Replay;

namespace Sluice.Cli.Demo.Report;

/// <summary>How often each true label got each label.</summary>
internal sealed class Confusion
{
    private readonly Dictionary<(string True, string Given), int> _counts = [];

    /// <summary>Counts labelled documents; those without a label are left out.</summary>
    public Confusion(IEnumerable<Outcome> outcomes)
    {
        foreach (Outcome outcome in outcomes)
        {
            if (outcome.Label is { } given)
                _counts[(outcome.TrueLabel, given)] = this[outcome.TrueLabel, given] + 1;
        }

        Labels = [.. _counts.Keys.SelectMany(key => new[] { key.True, key.Given }).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Every label that is true or was given, by name.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Every label that is true of a document, by name.</summary>
    public IReadOnlyList<string> TrueLabels => [.. _counts.Keys.Select(key => key.True).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Documents of a true label that got a label.</summary>
    public int this[string trueLabel, string given] => _counts.GetValueOrDefault((trueLabel, given));

    /// <summary>Documents with a label.</summary>
    public int Total => _counts.Values.Sum();

    /// <summary>Documents with their true label.</summary>
    public int Correct => _counts.Where(count => count.Key.True == count.Key.Given).Sum(count => count.Value);

    /// <summary>Share of the labelled documents whose label is true; 0 when there is none.</summary>
    public double Accuracy => Total == 0 ? 0 : (double)Correct / Total;
}
