namespace Sluice.Worker.Documents.Avro;

/// <summary>What one step of a <see cref="Projection"/> does.</summary>
internal enum StepKind
{
    /// <summary>Skips <c>Operand</c> bytes.</summary>
    SkipBytes,

    /// <summary>Skips a boolean and checks it.</summary>
    SkipBoolean,

    /// <summary>Skips an int.</summary>
    SkipInt,

    /// <summary>Skips the symbol of an enum of <c>Extra</c> symbols.</summary>
    SkipEnum,

    /// <summary>Skips a long.</summary>
    SkipLong,

    /// <summary>Skips bytes or text with their length.</summary>
    SkipSized,

    /// <summary>Skips text and checks that it is UTF-8.</summary>
    SkipText,

    /// <summary>Passes over a record of <c>Operand</c> values that take no bytes, <c>Extra</c> records deep.</summary>
    Nothing,

    /// <summary>Reads an index and goes on at <c>Targets[Operand + index]</c>; <c>Extra</c> branches.</summary>
    Union,

    /// <summary>Goes on at <c>Operand</c>.</summary>
    Jump,

    /// <summary>Reads an array or a map whose items are read by the steps at <c>Operand</c>; goes on at <c>Extra</c>.</summary>
    Blocks,

    /// <summary>Reads a map as the program's <c>Entries[Operand]</c> says; goes on at <c>Extra</c>.</summary>
    Entries,

    /// <summary>Skips an array whose items are of <c>Operand</c> values each, <c>Extra</c> records deep, and take no bytes.</summary>
    EmptyBlocks,

    /// <summary>Reads a record by the steps at <c>Operand</c>.</summary>
    Call,

    /// <summary>Ends a record, an item or the whole.</summary>
    Return,

    /// <summary>Puts text into field <c>Operand</c>.</summary>
    TakeText,

    /// <summary>Puts bytes into field <c>Operand</c>.</summary>
    TakeBytes,

    /// <summary>Puts a fixed of <c>Extra</c> bytes into field <c>Operand</c>.</summary>
    TakeFixed,

    /// <summary>Puts an int into field <c>Operand</c>.</summary>
    TakeInt,

    /// <summary>Puts a long into field <c>Operand</c>.</summary>
    TakeLong,

    /// <summary>Puts a symbol of the program's <c>Enums[Extra]</c> into field <c>Operand</c>.</summary>
    TakeEnum,

    /// <summary>Puts true or false into field <c>Operand</c>.</summary>
    TakeBoolean,

    /// <summary>Puts a float into field <c>Operand</c>.</summary>
    TakeFloat,

    /// <summary>Puts a double into field <c>Operand</c>.</summary>
    TakeDouble,

    /// <summary>Says of what field <c>Operand</c> has taken that it is of logical type <c>Extra</c>.</summary>
    Logical,

    /// <summary>Adds what field <c>Operand</c> has taken to the texts that are joined there.</summary>
    Join,

    /// <summary>Puts null into field <c>Operand</c>.</summary>
    TakeNull,
}

/// <summary>One step; what the numbers mean depends on its kind.</summary>
internal readonly record struct ProjectionStep(StepKind Kind, int Operand = 0, int Extra = 0);
