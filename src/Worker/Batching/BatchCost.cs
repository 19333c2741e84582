namespace Sluice.Worker.Batching;

/// <summary>Predicted time of one packed batch, linear in its shape (specs/batching.md, section 5.1, plus a term for each document and one for attention's mask).</summary>
/// <param name="BatchMs">Milliseconds that every run costs, whatever it holds.</param>
/// <param name="RowMs">Milliseconds for each document.</param>
/// <param name="TokenMs">Milliseconds for each token.</param>
/// <param name="CellMs">Milliseconds for each attention cell, <see cref="BatchShape.Cells"/>.</param>
/// <param name="MaskMs">Milliseconds more for each attention cell where documents of different lengths make a mask necessary.</param>
/// <remarks>All five are finite and at least 0, so time never falls with rows, tokens or the longest document, and a mask never saves any. <see cref="CostModel"/> learns them.</remarks>
internal readonly record struct BatchCost(double BatchMs, double RowMs, double TokenMs, double CellMs, double MaskMs)
{
    /// <summary>A guess for a machine on which nothing was measured. Only its proportions matter, and only until a few batches have run.</summary>
    public static BatchCost Guess { get; } = new(0.3, 0.02, 0.05, 8e-5, 2e-5);

    /// <summary>Milliseconds of a batch of <paramref name="shape"/>.</summary>
    public double Predict(BatchShape shape) =>
        BatchMs + (RowMs * shape.Rows) + (TokenMs * shape.Tokens) + ((shape.EqualLengths ? CellMs : CellMs + MaskMs) * shape.Cells);

    /// <summary>Milliseconds of a document of <paramref name="length"/> tokens that runs alone.</summary>
    public double PredictAlone(int length) => Predict(new BatchShape(1, length, length));
}
