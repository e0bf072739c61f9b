using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// The <c>classes</c> of a segmentation task: a list of the dataset's names, or the name of a benchmark's list.
/// </summary>
static class ClassList
{
    static readonly ValueType<ImmutableArray<string>> Names = Values
        .List(Values.Text, min: 1)
        .Where(names => names.Distinct().Count() == names.Length, "a list of different names");

    internal static Setting<ImmutableArray<string>> Key { get; } =
        new(
            "classes",
            "the dataset's classes, in the order of the outputs, or a benchmark's list of them",
            new ValueType<ImmutableArray<string>>(
                $"a list of class names or one of {string.Join(", ", ClassSets.ByName.Keys)}",
                () => Schemas.Either(Names.Schema(), Schemas.Words(ClassSets.ByName.Keys)),
                Read
            )
        );

    static Parsed<ImmutableArray<string>>? Read(ConfigNode node, string key, Reading reading)
    {
        if (node is not ScalarNode { Text: { } text })
        {
            return Names.Read(node, key, reading);
        }

        if (ClassSets.ByName.TryGetValue(text, out var names))
        {
            return new(names, node);
        }

        reading.Complain(
            node.Place,
            key,
            $"there is no list of classes '{text}'{NearestName.Hint(text, [.. ClassSets.ByName.Keys])}"
        );
        return null;
    }
}
