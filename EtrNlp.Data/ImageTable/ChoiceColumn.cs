using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.ImageTable;

/// <summary>One of several names: the label is its position among the classes that were asked for.</summary>
sealed class ChoiceColumn(RequestedColumn column, int position, Mistakes mistakes) : LabelColumn(position)
{
    readonly Dictionary<string, byte> _labels = column.Classes.Index().ToDictionary(c => c.Item, c => (byte)c.Index);

    protected override byte? Read(string cell, long line)
    {
        if (_labels.TryGetValue(cell, out var label))
        {
            return label;
        }

        mistakes.Add(() =>
            $"line {line} column '{column.Name}' has '{cell}'{NearestName.NearHint(cell, column.Classes)}"
        );
        return null;
    }
}
