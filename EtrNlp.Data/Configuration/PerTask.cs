using System.Collections.Immutable;

namespace EtrNlp.Data.Configuration;

/// <summary>A setting that is the same for every task, or given for each: in task order, or by name.</summary>
public sealed record PerTask<T>(T? Same, ImmutableArray<T> InOrder, ImmutableArray<KeyValuePair<string, T>> ByName)
    where T : struct
{
    /// <summary>
    /// The value of each task; a mistake is one in <paramref name="key"/> of <paramref name="setting"/>.
    /// </summary>
    /// <exception cref="InvalidSettingException">The number of values or a name does not fit the tasks.</exception>
    public ImmutableArray<T> Resolve(IReadOnlyList<string> tasks, object setting, string key)
    {
        if (Same is { } same)
        {
            return [.. tasks.Select(_ => same)];
        }

        if (ByName.Length == 0)
        {
            return InOrder.Length == tasks.Count
                ? InOrder
                : throw new InvalidSettingException(
                    setting,
                    key,
                    $"expected one value for each of {string.Join(", ", tasks)}, got {InOrder.Length}"
                );
        }

        if (ByName.FirstOrDefault(pair => !tasks.Contains(pair.Key)) is { Key: { } stranger })
        {
            throw new InvalidSettingException(
                setting,
                key,
                $"there is no task '{stranger}'{NearestName.Hint(stranger, tasks)}"
            );
        }

        var missing = tasks.FirstOrDefault(task => ByName.All(pair => pair.Key != task));
        return missing is null
            ? [.. tasks.Select(task => ByName.First(pair => pair.Key == task).Value)]
            : throw new InvalidSettingException(
                setting,
                key,
                $"no value for task '{missing}'; give one for each of {string.Join(", ", tasks)}"
            );
    }
}
