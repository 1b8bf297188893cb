import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { configurationsQuery } from '../api/configuration'
import { formatCount } from '../format/number'
import { byName } from '../format/order'
import { isEditable } from '../task/edits'
import { FilterField } from '../task/FilterField'
import { type SideGroup, SideList } from '../task/SideList'
import type { SectionSearch } from '../task/sectionSearch'
import { useTask } from '../task/taskContext'
import { useFreshWith } from '../task/useFreshWith'
import { useTabSearch } from '../task/useTabSearch'
import { Button } from '../ui/Button'
import { PlusIcon } from '../ui/icons'
import { Empty, ErrorNotice } from '../ui/Notices'
import { words } from '../words'
import { AddSection } from './AddSection'
import { ObjectView } from './ObjectView'
import { ParameterSection } from './ParameterSection'
import { matches, PROPERTIES, sortedParameters } from './parameters'

/** What a task runs with: parameters by section, user properties, configuration objects. */
export function ConfigurationTab() {
  const task = useTask()
  const [search, setSearch] = useTabSearch<SectionSearch>()
  const objects = useQuery(configurationsQuery(task.id))
  useFreshWith(task, [objects.refetch])
  const [adding, setAdding] = useState(false)
  const text = words.configuration
  const find = search.find ?? ''
  const sections = Object.keys(task.hyperparams ?? {})
    .filter((section) => section !== PROPERTIES)
    .sort(byName)
  const found = (section: string) => {
    const all = sortedParameters(task.hyperparams?.[section])
    return find ? all.filter((parameter) => matches(parameter, find)).length : all.length
  }
  const groups: SideGroup[] = [
    {
      title: text.parameters,
      items: sections.map((section) => ({
        key: `p:${section}`,
        label: section,
        note: formatCount(found(section)),
      })),
    },
    {
      title: text.properties,
      items: [
        { key: `p:${PROPERTIES}`, label: text.properties, note: formatCount(found(PROPERTIES)) },
      ],
    },
    {
      title: text.objects,
      items: (objects.data ?? [])
        .filter(({ name, value }) => contains(`${name}\n${value}`, find))
        .map(({ name }) => ({ key: `o:${name}`, label: name })),
    },
  ]
  const keys = groups.flatMap((group) => group.items.map((item) => item.key))
  const shown = keys.includes(search.show ?? '') ? (search.show ?? '') : (keys[0] ?? '')
  const name = shown.slice(2)
  const object = shown.startsWith('o:') && objects.data?.find((each) => each.name === name)
  return (
    <>
      <div className="flex min-h-10 shrink-0 items-center gap-3 border-b px-4 py-1.5">
        <FilterField
          label={text.filter}
          value={find}
          setValue={(next) => setSearch({ find: next || undefined })}
        />
        {isEditable(task) && (
          <Button kind="quiet" onClick={() => setAdding(true)}>
            <PlusIcon />
            {text.add}
          </Button>
        )}
      </div>
      <div className="flex min-h-0 grow">
        <SideList
          label={text.title}
          groups={groups}
          shown={shown}
          show={(show) => setSearch({ show })}
        />
        <div className="flex min-w-0 grow flex-col">
          {objects.isError && (
            <ErrorNotice
              title={text.objectsFailed}
              error={objects.error}
              retry={() => objects.refetch()}
            />
          )}
          {shown.startsWith('p:') && (
            <ParameterSection key={shown} task={task} section={name} find={find} />
          )}
          {object && <ObjectView key={shown} task={task} object={object} />}
          {shown === '' && <Empty title={text.noMatch} />}
        </div>
      </div>
      {adding && (
        <AddSection
          task={task}
          taken={keys}
          close={() => setAdding(false)}
          show={(show) => setSearch({ show, find: undefined })}
        />
      )}
    </>
  )
}

function contains(text: string, sought: string): boolean {
  return text.toLowerCase().includes(sought.toLowerCase())
}
