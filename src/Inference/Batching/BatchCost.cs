namespace Sluice.Inference.Batching;

/// <summary>Predicted time of one packed batch, linear in its shape (docs/batching.md, "What a batch costs").</summary>
/// <param name="BatchMs">Milliseconds that every run costs, whatever it holds.</param>
/// <param name="RowMs">Milliseconds for each document.</param>
/// <param name="TokenMs">Milliseconds for each token.</param>
/// <param name="CellMs">Milliseconds for each of <see cref="BatchShape.Cells"/>: what ONNX Runtime's attention costs, which sees rows as
/// long as the longest.</param>
/// <param name="SquareMs">Milliseconds for each of <see cref="BatchShape.Squares"/>: what the int8 graphs' own attention costs.</param>
/// <remarks>All five are finite and at least 0, so time never falls with rows, tokens or the longest document. <see cref="CostModel"/>
/// learns them.</remarks>
internal readonly record struct BatchCost(double BatchMs, double RowMs, double TokenMs, double CellMs, double SquareMs)
{
    /// <summary>A guess for a machine on which nothing was measured. Only its proportions matter, and only until a few batches have run. It
    /// takes padding to be cheap: believed wrongly, that puts short documents beside long ones, whose time then corrects it; that padding
    /// is dear would never be put to the test.</summary>
    public static BatchCost Guess { get; } = new(0.3, 0.02, 0.05, 2e-5, 6e-5);

    /// <summary>Milliseconds of a batch of <paramref name="shape"/>.</summary>
    public double Predict(BatchShape shape) =>
        BatchMs + (RowMs * shape.Rows) + (TokenMs * shape.Tokens) + (CellMs * shape.Cells) + (SquareMs * shape.Squares);

    /// <summary>The same on a core that takes <paramref name="factor"/> times as long for everything.</summary>
    /// <param name="factor">Finite and above 0.</param>
    public BatchCost Times(double factor) => new(factor * BatchMs, factor * RowMs, factor * TokenMs, factor * CellMs, factor * SquareMs);

    /// <summary>Milliseconds of a document of <paramref name="length"/> tokens that runs alone.</summary>
    public double PredictAlone(int length) => Predict(BatchShape.Lone(length));
}
