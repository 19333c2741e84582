using System.Text.Unicode;

namespace Sluice.Worker.Documents;

/// <summary>The whole value is the text. It has no field that identifies it.</summary>
internal sealed class TextFormat : IDocumentFormat
{
    public ValueTask<Rejection?> PrepareAsync(ReadOnlyMemory<byte> value, CancellationToken stop) => ValueTask.FromResult<Rejection?>(null);

    public Rejection? Read(ReadOnlySpan<byte> value, DocumentFields fields)
    {
        if (!Utf8.IsValid(value))
            return new Rejection(RejectionReason.InvalidUtf8, $"the {value.Length} bytes of the value are not valid UTF-8");
        fields.Text[0] = new FieldText(FieldState.Present, InScratch: false, 0, value.Length);
        return null;
    }
}
