namespace Sluice.Schemas.Avro;

/// <summary>A full name: <paramref name="Namespace"/> (dotted; empty for none) and <paramref name="Simple"/> name.</summary>
internal readonly record struct SchemaName(string Namespace, string Simple)
{
    /// <summary>Both parts with a dot between, or the simple name alone.</summary>
    public string Full => Namespace.Length == 0 ? Simple : $"{Namespace}.{Simple}";

    /// <inheritdoc/>
    public override string ToString() => Full;

    /// <summary>Reads a name as a definition, an alias or a reference gives it: with dots it is a full name, without it lies in <paramref name="enclosing"/>.</summary>
    public static bool TryParse(string text, string enclosing, out SchemaName name)
    {
        int dot = text.LastIndexOf('.');
        name = dot < 0 ? new SchemaName(enclosing, text) : new SchemaName(text[..dot], text[(dot + 1)..]);
        return IsSimple(name.Simple) && (dot < 0 || IsNamespace(name.Namespace));
    }

    /// <summary>A letter or underscore, then letters, digits and underscores, all ASCII.</summary>
    /// <remarks>Avro 1.12 specification, "Names".</remarks>
    public static bool IsSimple(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || char.IsAsciiDigit(text[0])) return false;
        foreach (char c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }

    /// <summary>Simple names with dots between.</summary>
    public static bool IsNamespace(ReadOnlySpan<char> text)
    {
        foreach (Range part in text.Split('.'))
            if (!IsSimple(text[part])) return false;
        return true;
    }
}
