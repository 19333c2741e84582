using System.Text;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Envelopes;

namespace Worker.Tests.Documents;

/// <summary>What a format makes of a value without headers, in words that a test can compare.</summary>
internal static class Contents
{
    /// <summary>Why it was rejected; null for anything else.</summary>
    public static Rejection? Fault(this RecordContent content) => (content as RecordContent.Rejected)?.Rejection;

    /// <summary>The reason's word and what was found, with the way out where the fault has one of its own.</summary>
    public static string Told(this Rejection rejection) =>
        $"{rejection.Reason.Name()}: {(rejection.WayOut == rejection.Reason.DefaultWayOut() ? rejection.Detail : rejection.Message)}";

    /// <summary>Reads a value whose schema, if it has one, was prepared.</summary>
    public static RecordContent Read(this IDocumentFormat format, ReadOnlySpan<byte> value, DocumentFields fields)
    {
        fields.Clear();
        return format.Read([], value, fields);
    }

    /// <summary><c>id|text|text</c> of a document, with <c>-</c> for what is not there; else what the value is.</summary>
    public static string Told(this IDocumentFormat format, ReadOnlySpan<byte> value, int texts = 1)
    {
        DocumentFields fields = new(texts);
        RecordContent content = format.Read(value, fields);
        switch (content)
        {
            case RecordContent.Document:
                StringBuilder told = new();
                told.Append(TextOf(fields, fields.Id, value));
                foreach (FieldText field in fields.Text) told.Append('|').Append(TextOf(fields, field, value));
                return told.ToString();
            case RecordContent.PassedOver passed:
                return passed.Kind.Name();
            case RecordContent.Rejected rejected:
                return rejected.Rejection.Told();
            default:
                return "tombstone";
        }
    }

    private static string TextOf(DocumentFields fields, FieldText field, ReadOnlySpan<byte> value) =>
        field.State == FieldState.Present ? Encoding.UTF8.GetString(fields.BytesOf(field, value)) : "-";
}
