using Avro;

namespace Sluice.Worker.Documents.Avro;

/// <summary>The compiled steps of a <see cref="Projection"/>.</summary>
/// <param name="Steps">All steps; the run starts at 0.</param>
/// <param name="Paths">For each step, the field that it reads, from the record or item that it belongs to; null where it is the item
/// itself.</param>
/// <param name="Targets">Where the branches of unions start.</param>
/// <param name="Enums">For each wanted field, its enum, if it is one.</param>
/// <param name="Logical">Logical types of wanted fields.</param>
internal sealed record ProjectionProgram(ProjectionStep[] Steps, string?[] Paths, int[] Targets, EnumSchema?[] Enums,
    LogicalType[] Logical);
