using TorchSharp;

namespace EtrNlp.Tests.Golden;

/// <summary>Numbers with the shape they have; a plain number has none.</summary>
public sealed record Numbers(long[]? Shape, double[] Values);

/// <summary>
/// What the code under test answers to a question, by the path of the expected value (names joined by '/').
/// </summary>
public sealed class Answers
{
    readonly List<(string Path, Numbers? Numbers)> _all = [];
    readonly HashSet<string> _left = [];

    /// <summary>Every answer; null where there is no tensor.</summary>
    public IReadOnlyList<(string Path, Numbers? Numbers)> All => _all;

    /// <summary>True where an expected value makes no claim about the code under test.</summary>
    public bool IsLeft(string path) => _left.Contains(path);

    public void Add(string path, torch.Tensor? tensor)
    {
        using var scope = torch.NewDisposeScope();
        _all.Add(
            (
                path,
                tensor is null
                    ? null
                    : new Numbers(
                        tensor.shape,
                        Array.ConvertAll(tensor.detach().contiguous().data<float>().ToArray(), value => (double)value)
                    )
            )
        );
    }

    /// <summary>
    /// A parameter or its gradient in the file's shape: a mixing's rows [C_out, C_in / g, k] are [C_out, k * C_in / g,
    /// 1, 1] there.
    /// </summary>
    public void AddParameter(string path, torch.Tensor? tensor)
    {
        using var scope = torch.NewDisposeScope();
        Add(path, tensor is not null && tensor.dim() == 3 ? tensor.reshape(tensor.shape[0], -1, 1, 1) : tensor);
    }

    public void Add(string path, double number) => _all.Add((path, new Numbers(null, [number])));

    public void Add(string path, double[] values) => _all.Add((path, new Numbers([values.Length], values)));

    public void Add(string path, IEnumerable<int> list)
    {
        double[] values = [.. list.Select(value => (double)value)];
        _all.Add((path, new Numbers([values.Length], values)));
    }

    /// <summary>Leaves an expected value unanswered.</summary>
    public void Leave(string path) => _left.Add(path);
}
