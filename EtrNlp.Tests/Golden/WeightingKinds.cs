using System.Text.Json.Nodes;
using EtrNlp.Core.Weighting;

namespace EtrNlp.Tests.Golden;

/// <summary>Kinds about the balance of tasks.</summary>
static class WeightingKinds
{
    public static void MinNorm(GoldenQuestion question, Answers answers)
    {
        var rows = question.Inputs["gram"]!.AsArray();
        var gram = new double[rows.Count, rows.Count];
        foreach (var (i, row) in rows.Index())
        {
            foreach (var (j, value) in row!.AsArray().Index())
            {
                gram[i, j] = (double)value!;
            }
        }

        var alpha = Mgda.MinNorm(gram);
        var square = alpha.SelectMany((a, i) => alpha.Select((b, j) => a * b * gram[i, j])).Sum();
        answers.Add("alpha", alpha);
        answers.Add("value", square);
    }
}
