using System.Numerics;

namespace EtrNlp.Data.Scenes;

/// <summary>The colour of each point of a body.</summary>
internal sealed class Coat
{
    readonly Vector3 _first;
    readonly Vector3 _second;
    readonly Pattern _pattern;

    public Coat(Vector3 colour) => _first = colour;

    public Coat(Paint paint)
    {
        _first = Palette.Of(paint);
        _second = paint.DarkPattern ? Palette.Black : Palette.White;
        _pattern = paint.Pattern;
    }

    /// <summary>The colour at a point of the body's own space.</summary>
    public Vector3 At(Vector3 unit) =>
        _pattern switch
        {
            Pattern.Striped => Alternate(Cell(unit.Y, 5)),
            Pattern.Checkered => Alternate(Cell(unit.X, 1.6f) + Cell(unit.Y, 3) + Cell(unit.Z, 1.6f)),
            Pattern.TwoTone => Alternate(unit.Y > 0.5f ? 1 : 0),
            _ => _first,
        };

    Vector3 Alternate(int cell) => (cell & 1) == 0 ? _first : _second;

    // The offset keeps flat faces, which lie at whole numbers, away from the edges of cells.
    static int Cell(float position, float cells) => (int)MathF.Floor(position * cells + 0.02f);
}
