namespace Sluice.Inference.Students;

/// <summary>A batch that fewer students answered than were asked.</summary>
/// <param name="Rows">Documents in it.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="Asked">Students of the mode.</param>
/// <param name="Used">The longest complete prefix, which answered: student <paramref name="Used"/> + 1 is the first that did not come
/// through.</param>
/// <param name="Cause">Why it did not.</param>
internal readonly record struct DegradedBatch(int Rows, int Tokens, int Asked, int Used, Exception Cause);
