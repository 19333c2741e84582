using System.Text;
using Sluice.Worker.Documents.Paths;

namespace Worker.Tests.Documents.Paths;

public sealed class JoinedTextTests
{
    private readonly JoinedText _text = new();

    [Fact]
    public void Texts_are_joined_by_a_space_and_empty_ones_count()
    {
        Assert.True(_text.IsEmpty);
        Assert.Equal("", Joined());
        _text.Append([]);
        Assert.False(_text.IsEmpty);
        Assert.Equal("", Joined());
        _text.Append("a"u8);
        _text.Append("bc"u8);
        Assert.Equal(" a bc", Joined());
    }

    [Fact]
    public void What_is_taken_back_takes_its_fault_with_it()
    {
        _text.Append("a"u8);
        int length = _text.Length;
        _text.Refuse(JoinedFault.NotText, "a number");
        _text.Refuse(JoinedFault.NotUnicode);
        Assert.Equal((JoinedFault.NotText, "a number"), (_text.Fault, _text.Found));
        _text.CutTo(length);
        Assert.Equal((JoinedFault.None, "", "a"), (_text.Fault, _text.Found, Joined()));
        _text.Refuse(JoinedFault.NotUnicode);
        length = _text.Length;
        _text.Append("b"u8);
        _text.CutTo(length);
        Assert.Equal(JoinedFault.NotUnicode, _text.Fault);
        _text.Clear();
        Assert.Equal((JoinedFault.None, true), (_text.Fault, _text.IsEmpty));
    }

    [Fact]
    public void Room_that_is_not_used_is_not_text()
    {
        "abc"u8.CopyTo(_text.Reserve(100));
        _text.Commit(2);
        Assert.Equal("ab", Joined());
    }

    private string Joined() => Encoding.UTF8.GetString(_text.Bytes);
}
