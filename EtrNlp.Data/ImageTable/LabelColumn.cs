using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.ImageTable;

/// <summary>
/// One binary attribute of every row: 0 and 1, -1 and 1, or true and false, the same throughout the column.
/// </summary>
public sealed class LabelColumn(string name, int position)
{
    readonly List<byte> _values = [];
    Forms _forms = Forms.Any;

    [Flags]
    enum Forms
    {
        None = 0,
        Bits = 1,
        Signs = 2,
        Words = 4,
        Any = Bits | Signs | Words,
    }

    /// <summary>0 or 1 of every row.</summary>
    public IReadOnlyList<byte> Values => _values;

    /// <summary>Takes the next row's cell, or records why it cannot.</summary>
    public void Add(TableRow row, Mistakes mistakes)
    {
        var cell = row.Cells[position];
        var (forms, value) = Parse(cell);
        if ((_forms & forms) == Forms.None)
        {
            var among = forms == Forms.None ? "" : $" among {Describe(_forms)}";
            mistakes.Add($"line {row.Line} column '{name}' has '{cell}'{among}");
            return;
        }

        _forms &= forms;
        _values.Add(value);
    }

    static (Forms Forms, byte Value) Parse(string cell) =>
        cell switch
        {
            "0" => (Forms.Bits, 0),
            "1" => (Forms.Bits | Forms.Signs, 1),
            "-1" => (Forms.Signs, 0),
            _ when cell.Equals("true", StringComparison.OrdinalIgnoreCase) => (Forms.Words, 1),
            _ when cell.Equals("false", StringComparison.OrdinalIgnoreCase) => (Forms.Words, 0),
            _ => (Forms.None, 0),
        };

    static string Describe(Forms forms) =>
        forms switch
        {
            Forms.Bits => "0 and 1",
            Forms.Signs => "-1 and 1",
            Forms.Words => "true and false",
            _ => "numbers",
        };
}
