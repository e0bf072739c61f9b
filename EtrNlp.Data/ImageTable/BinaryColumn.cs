using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.ImageTable;

/// <summary>
/// A binary attribute: 0 and 1, -1 and 1, or true and false, the same throughout the column.
/// </summary>
sealed class BinaryColumn(string name, int position, Mistakes mistakes) : LabelColumn(position)
{
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

    protected override byte? Read(string cell, long line)
    {
        var (forms, value) = Parse(cell);
        if ((_forms & forms) == Forms.None)
        {
            var among = forms == Forms.None ? "" : $" among {Describe(_forms)}";
            mistakes.Add($"line {line} column '{name}' has '{cell}'{among}");
            return null;
        }

        _forms &= forms;
        return value;
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
