using System.Text;

namespace Sluice.Worker.Onnx;

/// <summary>An array of null-terminated UTF-8 strings as C takes them, in pinned memory that lives as long as this object.</summary>
internal sealed unsafe class Utf8Strings
{
    private readonly byte[] _text;
    private readonly nint[] _pointers;

    public Utf8Strings(ReadOnlySpan<string> texts)
    {
        _text = GC.AllocateArray<byte>(texts.Length + SumOfBytes(texts), pinned: true);
        _pointers = GC.AllocateArray<nint>(int.Max(1, texts.Length), pinned: true);
        int at = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            fixed (byte* start = &_text[at])
                _pointers[i] = (nint)start;
            at += Encoding.UTF8.GetBytes(texts[i], _text.AsSpan(at)) + 1;
        }
    }

    /// <summary>The array. Keep this object reachable (<see cref="GC.KeepAlive"/>) while native code reads it.</summary>
    public byte** Pointer
    {
        get
        {
            fixed (nint* first = _pointers)
                return (byte**)first;
        }
    }

    private static int SumOfBytes(ReadOnlySpan<string> texts)
    {
        int bytes = 0;
        foreach (string text in texts)
            bytes += Encoding.UTF8.GetByteCount(text);
        return bytes;
    }
}
