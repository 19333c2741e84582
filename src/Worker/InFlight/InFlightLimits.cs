namespace Sluice.Worker.InFlight;

/// <summary>What may be in flight at once, and in which order.</summary>
/// <param name="MaxDocuments">Records from reading to delivery, at least 1.</param>
/// <param name="MaxTokens">Tokens, before a record is tokenized with the most that it can have.</param>
/// <param name="MaxBytes">Bytes of values that are not tokenized yet, with room for copies of their fields, and of keys, headers and copied
/// fields. One record may pass it.</param>
/// <param name="KeepKeyOrder">Of each key one record is decoded and delivered at a time.</param>
/// <param name="CopiesOf">Bytes that copies of a value's fields may take, by the value's bytes: reserved until it is tokenized, when it is
/// known what they take. Null where nothing is copied.</param>
internal sealed record InFlightLimits(int MaxDocuments, long MaxTokens, long MaxBytes, bool KeepKeyOrder = false,
    Func<int, long>? CopiesOf = null);
