using System.Text;

namespace Sluice.Inference.Models;

/// <summary>
/// Walks the fields of one protobuf message (protobuf.dev, "Encoding"). Bounds-checked; allocates only for the strings asked for.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;
    private int _wireType;

    /// <summary>Number of the field that <see cref="Next"/> stands at.</summary>
    public int Field { get; private set; }

    /// <summary>Moves to the next field; false at the end. The field before must have been read or skipped.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a protobuf message.</exception>
    public bool Next()
    {
        if (_at == _message.Length)
            return false;
        ulong tag = Varint();
        (Field, _wireType) = ((int)(tag >> 3 & 0x1FFF_FFFF), (int)(tag & 7));
        return Field != 0 ? true : throw Broken("field number 0");
    }

    /// <summary>The present field as an integer.</summary>
    public long Integer() => _wireType == 0 ? (long)Varint() : throw Broken($"field {Field} is not an integer");

    /// <summary>The present field as bytes: a string, a message, or packed numbers.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        if (_wireType != 2)
            throw Broken($"field {Field} has no length");
        return Take(Varint());
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>Appends the present field, one integer or many packed.</summary>
    public void Integers(List<long> into)
    {
        if (_wireType == 0)
        {
            into.Add(Integer());
            return;
        }
        var packed = new ProtoReader(Bytes());
        while (packed._at < packed._message.Length)
            into.Add((long)packed.Varint());
    }

    public void Skip()
    {
        switch (_wireType)
        {
            case 0: Varint(); break;
            case 1: Take(8); break;
            case 2: Take(Varint()); break;
            case 5: Take(4); break;
            default: throw Broken($"wire type {_wireType} of field {Field}");
        }
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_message.Length - _at))
            throw Broken($"field {Field} of {length} bytes runs past the end");
        ReadOnlySpan<byte> taken = _message.Slice(_at, (int)length);
        _at += (int)length;
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (_at == _message.Length)
                throw Broken("a number runs past the end");
            byte next = _message[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw Broken("a number of more than 64 bits");
    }

    private readonly InvalidDataException Broken(string what) => new($"not a protobuf message at byte {_at} of {_message.Length}: {what}");
}
