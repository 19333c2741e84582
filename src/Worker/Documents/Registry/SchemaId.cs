using System.Globalization;

namespace Sluice.Worker.Documents.Registry;

/// <summary>The schema that wrote a value, as its writer names it: by the registry's number, or by the GUID that it has in all registries.
/// </summary>
/// <param name="Number">0..2^31-1; 0 where there is a GUID.</param>
/// <param name="Guid">Null where there is a number.</param>
internal readonly record struct SchemaId(int Number, Guid? Guid = null)
{
    /// <summary>Where the registry has it, relative to its base address.</summary>
    public string Path => Guid is null ? string.Create(CultureInfo.InvariantCulture, $"schemas/ids/{Number}") : $"schemas/guids/{Guid}";

    /// <summary>As messages name it, with what it is: <c>id 7</c>.</summary>
    public string Described => Guid is null ? string.Create(CultureInfo.InvariantCulture, $"id {Number}") : $"GUID {Guid}";

    public static implicit operator SchemaId(int number) => new(number);

    /// <summary>As messages name it, behind the word schema.</summary>
    public override string ToString() => Guid?.ToString() ?? Number.ToString(CultureInfo.InvariantCulture);
}
