using System.Text.Json;

namespace Sluice.Worker.Documents;

/// <summary>What was found of one wanted field.</summary>
internal enum FieldState
{
    Missing,
    Null,
    Present,

    /// <summary>A JSON number: text for an id or a copied field, none for a text field. Only while a value is read.</summary>
    Number,

    /// <summary>Neither text nor null. Only while a value is read.</summary>
    NoText,

    /// <summary>A string that is not valid Unicode. Only while a value is read.</summary>
    NotUnicode,
}

/// <summary>Where the UTF-8 of one wanted field lies.</summary>
/// <param name="State">Whether it is there.</param>
/// <param name="InScratch">In the scratch of its <see cref="DocumentFields"/>, not in the record's value.</param>
/// <param name="Start">First byte, in the value counted from <see cref="DocumentFields.Origin"/>.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Kind">What stands there where it is <see cref="FieldState.NoText"/>.</param>
internal readonly record struct FieldText(FieldState State, bool InScratch = false, int Start = 0, int Length = 0,
    JsonTokenType Kind = JsonTokenType.None);
