using EtrNlp.Core.Figures;

namespace EtrNlp.Tests.Golden;

/// <summary>Kinds about figures.</summary>
static class FigureKinds
{
    public static void Cka(GoldenQuestion question, Answers answers)
    {
        var values = LinearCka.Matrix([question.Inputs["x"]!.Tensor(), question.Inputs["y"]!.Tensor()]);
        answers.Add("cka", values[0, 1]);
        answers.Add("cka_x_x", values[0, 0]);
    }
}
