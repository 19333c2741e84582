using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents;

/// <summary>What is wrong with the texts of a document that was read without a fault: one is not there, or all are null.</summary>
internal static class TextFaults
{
    private static readonly WayOut OtherElements = new(
        "name in Sluice:Input:TextFields what its elements have, or have the producer fill one of them", Setting.TextFields);

    /// <summary>Null where there is a text.</summary>
    /// <param name="fields">What was found.</param>
    /// <param name="names">The text fields by their paths.</param>
    /// <param name="wayOut">What to do about it, where that is known; null for what the fault says.</param>
    public static Rejection? Of(DocumentFields fields, string[] names, WayOut? wayOut = null)
    {
        bool present = false;
        for (int i = 0; i < fields.Text.Length; i++)
        {
            if (fields.Text[i].State == FieldState.Missing)
                return new Rejection(RejectionReason.MissingText, $"field '{names[i]}' is not there", wayOut);
            present |= fields.Text[i].State == FieldState.Present;
        }

        return present ? null : AllNull(names, wayOut);
    }

    private static Rejection AllNull(string[] names, WayOut? wayOut)
    {
        string found = $"every text field ({string.Join(", ", names)}) is null";
        return names.Select(LackedByElements).FirstOrDefault(lacked => lacked is not null) is { } perhaps
            ? new Rejection(RejectionReason.NullText, $"{found}, or {perhaps}", wayOut ?? OtherElements)
            : new Rejection(RejectionReason.NullText, found, wayOut);
    }

    /// <summary>What else may leave a path through arrays or maps without a text, since nobody says what each element must have; null for
    /// another path.</summary>
    private static string? LackedByElements(string path)
    {
        int last = Math.Max(path.LastIndexOf("[]", StringComparison.Ordinal), path.LastIndexOf("{}", StringComparison.Ordinal));
        if (last < 0) return null;
        string elements = path[..(last + 2)], inside = path[(last + 2)..].TrimStart('.');
        return inside.Length == 0 ? $"{elements} has no element" : $"no element of {elements} has {inside}";
    }
}
