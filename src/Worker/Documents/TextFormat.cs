using System.Text.Unicode;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Documents;

/// <summary>The whole value is the text, but for a byte order mark. It has no field that identifies it.</summary>
internal sealed class TextFormat : IDocumentFormat
{
    public ValueTask<Rejection?> PrepareAsync(IReadOnlyList<RecordHeader> headers, ReadOnlyMemory<byte> value, CancellationToken stop) =>
        ValueTask.FromResult<Rejection?>(null);

    public RecordContent Read(IReadOnlyList<RecordHeader> headers, ReadOnlySpan<byte> value, DocumentFields fields)
    {
        if (!Utf8.IsValid(value))
            return new Rejection(RejectionReason.InvalidUtf8, $"the {value.Length} bytes of the value are not valid UTF-8");
        int mark = Preamble.MarkOf(value);
        fields.Text[0] = new FieldText(FieldState.Present, InScratch: false, mark, value.Length - mark);
        return RecordContent.Document.Found;
    }
}
