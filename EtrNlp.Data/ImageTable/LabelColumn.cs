namespace EtrNlp.Data.ImageTable;

/// <summary>A requested label of every row, read from one column; of an empty cell it is unknown.</summary>
abstract class LabelColumn(int position)
{
    readonly List<byte> _values = [];

    /// <summary>The labels, as <see cref="LabelTable.Columns"/> has them.</summary>
    public IReadOnlyList<byte> Values => _values;

    /// <summary>Takes the next row's cell, or records why it cannot.</summary>
    public void Add(TableRow row)
    {
        var cell = row.Cells[position];
        if ((cell.Length == 0 ? LabelTable.Unknown : Read(cell, row.Line)) is { } label)
        {
            _values.Add(label);
        }
    }

    /// <summary>After the last row.</summary>
    /// <exception cref="Configuration.InvalidSettingException">The column is none that was asked for.</exception>
    public virtual void Finish() { }

    /// <summary>The label of a cell that is not empty; null after recording a mistake.</summary>
    protected abstract byte? Read(string cell, long line);
}
